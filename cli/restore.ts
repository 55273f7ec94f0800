import { Command } from "commander";
import { defaultJournal } from "../agent/actuate/restore/config.ts";
import { restoreLeftovers } from "../agent/actuate/restore/restore-leftovers.ts";
import { loadAgentConfig } from "../agent/config.ts";

interface Options {
  readonly config?: string;
  readonly agent?: string;
  readonly json?: true;
}

async function run(options: Options): Promise<void> {
  const { actuate, agent } = loadAgentConfig(options.config, { agent: options.agent });
  const journal = ("journal" in actuate ? actuate.journal : null) ?? defaultJournal(agent);
  const restored = await restoreLeftovers(journal);
  const text = restored
    ? `put back what ${journal} says\n`
    : `nothing to put back: no ${journal}\n`;
  process.stdout.write(options.json ? `${JSON.stringify({ journal, restored })}\n` : text);
}

/** `slotwise restore`: what an agent's guardian would do, for when that died too. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("Give the machine back what an agent that was killed had changed")
    .option("--config <file>", "the agent's YAML file")
    .option("--agent <name>", "the agent's name (ap-0)")
    .option("--json", "print one line of JSON")
    .action(run);
}
