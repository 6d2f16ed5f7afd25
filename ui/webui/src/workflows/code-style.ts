/** An editor that takes the height that the window has, whatever is in it; less where something stands below it. */
export const CODE_TALL =
  "[--code-max:55dvh] [--code-min:20rem] lg:[--code-max:max(20rem,calc(100dvh-19rem))]";
