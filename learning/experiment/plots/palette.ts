/** Colours that people with any common colour blindness tell apart (Okabe and Ito, 2008). */
export const palette = {
  black: "#000000",
  orange: "#e69f00",
  skyBlue: "#56b4e9",
  green: "#009e73",
  blue: "#0072b2",
  vermillion: "#d55e00",
  purple: "#cc79a7",
  grey: "#7f7f7f",
} as const;
