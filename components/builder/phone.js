const kept = new WeakMap();

function settle(frame, state, data) {
  const inside = frame.contentDocument;
  if (!inside || !inside.body) return;
  const target = data.focus && inside.querySelector('[data-q="' + CSS.escape(data.focus) + '"]');
  for (const each of inside.querySelectorAll("[data-q]")) each.style.outline = "";
  if (!target) return;
  inside.documentElement.style.scrollBehavior = "auto";
  const box = target.getBoundingClientRect();
  const high = frame.contentWindow.innerHeight;
  if (box.top < 40 || box.bottom > high - 20) frame.contentWindow.scrollBy(0, box.top - Math.max(40, (high - box.height) / 2.4));
  target.style.outline = "2px solid #0E6B6655";
  target.style.outlineOffset = "9px";
  target.style.borderRadius = "4px";
}

const PHONE = 375;

/* The page is always as wide as a phone; where the column is narrower, all of it is drawn smaller. */
function fit(shell) {
  const room = shell.clientWidth - 8;
  const scale = Math.min(1, room / PHONE);
  const width = Math.max(PHONE, room);
  const high = (shell.clientHeight - 24) / scale;
  for (const frame of shell.querySelectorAll("iframe")) {
    frame.style.width = width + "px";
    frame.style.height = high + "px";
    frame.style.transform = scale < 1 ? "scale(" + scale + ")" : "";
  }
}

export default function ({ data, parentElement }) {
  const state = kept.get(parentElement) || {};
  kept.set(parentElement, state);
  state.data = data;
  let shell = parentElement.querySelector(".phone");
  if (!shell) {
    shell = document.createElement("div");
    shell.className = "phone";
    parentElement.append(shell);
    new ResizeObserver(() => fit(shell)).observe(shell);
  }
  if (state.src === data.src) {
    const frame = shell.querySelector("iframe.shown");
    if (frame) settle(frame, state, data);
    return;
  }
  state.src = data.src;
  const old = shell.querySelector("iframe.shown");
  for (const waiting of shell.querySelectorAll("iframe:not(.shown)")) waiting.remove();
  const next = document.createElement("iframe");
  next.title = data.title;
  next.onload = () => {
    if (state.src !== data.src || next.className) return;
    const was = old && old.isConnected && old.contentWindow;
    if (was && data.page === state.page) {
      next.contentDocument.documentElement.style.scrollBehavior = "auto";
      next.contentWindow.scrollTo(0, was.scrollY);
    }
    state.page = data.page;
    settle(next, state, state.data);
    next.className = "shown";
    for (const each of shell.querySelectorAll("iframe")) if (each !== next) each.remove();
  };
  next.src = data.src;
  shell.append(next);
  fit(shell);
}
