import { serveUnits } from "../../experiment/units/serve-units.ts";
import { slicingRunner } from "./slicing-runner.ts";

serveUnits(slicingRunner);
