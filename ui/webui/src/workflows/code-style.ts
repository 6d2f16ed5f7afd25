/** An editor that takes the height that the window has, whatever is in it. */
export const CODE_TALL = "[--code-max:max(20rem,calc(100dvh-19rem))] [--code-min:20rem]";
