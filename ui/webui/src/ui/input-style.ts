/** How everything looks that something is entered into. Apart from the controls, which weigh more. */
export const INPUT_STYLE =
  "w-full rounded-md border border-line-strong bg-surface px-3 text-sm text-ink transition-colors hover:border-ink-3 focus-visible:border-focus focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3 aria-[invalid=true]:border-bad data-[invalid]:border-bad";
