// A source beside the conversation, where the window is wide enough; else sources are pages.
const wide = matchMedia("(min-width: 70rem)");
const panel = document.getElementById("panel");
const text = document.getElementById("panel-text");
const place = document.getElementById("panel-place");
const page = document.getElementById("panel-page");
const [previous, next] = ["panel-previous", "panel-next"].map((id) => document.getElementById(id));

let opener = null; // what gets the focus back
let quotes = []; // links to the sources of one answer, each place once, the best first
let current = 0;
let loading = 0;

export function isOpen() {
  return !panel.hidden;
}

export function quotesBeside(link) {
  const links = [...link.closest(".turn").querySelectorAll(".passage .source")];
  return links.filter((one, n) => links.findIndex((other) => other.href === one.href) === n);
}

// Opens the source of `link`; false where it had better be a page.
export function open(link) {
  if (!wide.matches) return false;
  opener = link;
  quotes = quotesBeside(link);
  show(Math.max(0, quotes.findIndex((one) => one.href === link.href)), true);
  return true;
}

export function close() {
  if (!isOpen()) return;
  loading += 1;
  unmark();
  const anchor = opener;
  keepingPlace(anchor, () => { panel.hidden = true; });
  text.replaceChildren();
  anchor.focus({ preventScroll: true });
}

async function show(number, focused) {
  current = number;
  unmark();
  quotes[number].setAttribute("aria-current", "true");
  previous.disabled = number === 0;
  next.disabled = number === quotes.length - 1;
  place.textContent = `Quote ${number + 1} of ${quotes.length}`;
  await load(quotes[number].href, focused);
}

async function load(href, focused) {
  const ticket = (loading += 1);
  let shown;
  try {
    const response = await fetch(href, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(response.status);
    shown = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    if (ticket === loading) location.assign(href); // the page tells what is wrong
    return;
  }
  if (ticket !== loading) return;
  page.href = href;
  text.replaceChildren(...shown.querySelector("main").childNodes);
  keepingPlace(opener, () => { panel.hidden = false; });
  const mark = document.getElementById("mark");
  const top = mark ? mark.getBoundingClientRect().top - text.getBoundingClientRect().top : 0;
  text.scrollTop = mark ? text.scrollTop + top - text.clientHeight / 3 : 0;
  if (focused) (mark ?? text).focus({ preventScroll: true });
}

function unmark() {
  document.querySelector("#log [aria-current]")?.removeAttribute("aria-current");
}

// The conversation gets narrower, and so longer: what was looked at stays where it was.
function keepingPlace(anchor, change) {
  const before = anchor.getBoundingClientRect().top;
  change();
  scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
}

previous.addEventListener("click", () => show(current - 1, false));
next.addEventListener("click", () => show(current + 1, false));
document.getElementById("panel-close").addEventListener("click", close);
text.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link.href, true);
});
wide.addEventListener("change", () => { if (!wide.matches) close(); });
