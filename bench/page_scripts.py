"""What is measured inside a page, where no trip to the browser counts. Times are in milliseconds."""

FIRST_PAINT = """
() => new Promise((resolve) => {
  const look = () => {
    const [found] = performance.getEntriesByName("first-contentful-paint");
    if (found) resolve(found.startTime);
    else requestAnimationFrame(look);
  };
  look();
})
"""

SCROLL = """
(selector) => new Promise((resolve) => {
  let list = document.querySelector(selector);
  while (list && list.scrollHeight <= list.clientHeight + 1) list = list.parentElement;
  const step = (list.scrollHeight - list.clientHeight) / 240;
  const frames = [];
  let last = null;
  list.scrollTop = 0;
  const next = (now) => {
    if (last !== null) frames.push(now - last);
    last = now;
    list.scrollTop += step;
    if (frames.length < 240) requestAnimationFrame(next);
    else resolve(frames);
  };
  requestAnimationFrame(next);
})
"""
"""From the first row to the last in 240 frames: how long each of them took."""

TO_THE_END = """
(selector) => new Promise((resolve) => {
  const list = document.querySelector(selector).closest("[role=listbox], [role=tree]");
  list.focus();
  list.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
  setTimeout(() => {
    const began = performance.now();
    list.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    const look = () => {
      const chosen = list.querySelector("[aria-selected=true]");
      const rows = [...list.querySelectorAll(selector)];
      if (chosen && chosen === rows.at(-1)) resolve(performance.now() - began);
      else requestAnimationFrame(look);
    };
    look();
  }, 500);
})
"""
"""From the key to the moment at which the last row is there and chosen."""
