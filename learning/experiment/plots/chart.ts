/** An axis: "title (unit)", linear from the data or from zero. */
export interface Axis {
  readonly title: string;
  readonly unit?: string;
  readonly fromZero?: boolean;
}

/** How a series is drawn wherever it appears. */
export interface SeriesStyle {
  readonly name: string;
  /** CSS colour. */
  readonly color: string;
  /** Lengths of dashes and gaps, pixels; solid when left out. */
  readonly dash?: readonly number[];
  /** Of a line, pixels; a wide one shows below a narrow one that runs over it. */
  readonly width?: number;
}

/** A value of a series, with its interval where it has one; null breaks the line. */
export interface ChartPoint {
  readonly series: string;
  readonly x: number;
  readonly y: number | null;
  readonly low?: number;
  readonly high?: number;
}

/** A bar, with its interval where it has one; bars of one category stand side by side by series. */
export interface ChartBar {
  readonly series: string;
  readonly category: string;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export type Panel =
  | {
      readonly kind: "lines";
      readonly x: Axis;
      readonly y: Axis;
      readonly points: readonly ChartPoint[];
      /** Draws a mark at every point. */
      readonly marks?: boolean;
    }
  | {
      readonly kind: "bars";
      /** The title of the categories. */
      readonly x: Pick<Axis, "title"> & {
        /** Writes the categories at a slant: long ones do not run into each other. */
        readonly slanted?: boolean;
      };
      readonly y: Axis;
      readonly bars: readonly ChartBar[];
    };

/** Panels side by side under one title and one legend. */
export interface Chart {
  readonly title: string;
  readonly subtitle?: string;
  readonly series: readonly SeriesStyle[];
  readonly panels: readonly Panel[];
}
