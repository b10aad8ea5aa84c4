// The page works without this script: it only keeps the conversation on one page. Answers come
// ready drawn from the server; everything else is inserted as text.
import { citation, copied } from "./citation.js";
import { forget, keep, kept, latest, newName, questions } from "./history.js";
import * as panel from "./panel.js";

const main = document.querySelector("main");
const log = document.getElementById("log");
const form = document.getElementById("ask");
const box = document.getElementById("q");
const further = document.getElementById("further");
const said = document.getElementById("said");
const REMEMBERED = 10; // turns that go with a question
const TRIES = 60; // while the index is being opened, two seconds apart
let talk = newName();
let busy = false;
let asked = []; // what was asked or typed, oldest first
let recalled = null; // which of it stands in the box

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function drawn(id, texts) {
  const turn = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [selector, text] of Object.entries(texts)) {
    turn.querySelector(selector).textContent = text;
  }
  return turn;
}

function say(text) {
  said.textContent = text;
}

function session(name, value) {
  try {
    if (value === undefined) return sessionStorage.getItem(name);
    sessionStorage.setItem(name, value);
  } catch {
    // forbidden: the page does without
  }
  return null;
}

function conversation() {
  const turns = [...log.querySelectorAll(".turn[data-resolved]")].slice(-REMEMBERED);
  return turns.map(({ dataset }) => ({ question: dataset.resolved, answer: dataset.answer ?? null }));
}

function filters() {
  const chosen = {};
  for (const name of ["document", "since", "until"]) {
    const value = form.elements[name].value.trim();
    if (value) chosen[name] = value;
  }
  return chosen;
}

function talking() {
  main.dataset.state = "talking";
  box.placeholder = box.dataset.followup;
  document.getElementById("clear").hidden = false;
}

// The address names the question as it was searched, so that a follow-up can be shared too; the
// entry names the conversation, so that "back" from a document and "reload" bring it back.
function remember(turn, question) {
  keep(talk, turn.querySelector(".question").textContent, turn.outerHTML);
  session("talk", talk);
  const address = "/?" + new URLSearchParams({ q: question, ...filters() });
  history.replaceState({ talk }, "", address);
  document.title = question + " · Verbatim";
}

function grow() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
}

function write(text) {
  box.value = text;
  grow();
  box.setSelectionRange(text.length, text.length);
}

function toBox() {
  // On a touch screen focus would raise the keyboard over the answer.
  if (!matchMedia("(pointer: coarse)").matches) box.focus({ preventScroll: true });
}

async function answered(body, wait) {
  for (let tries = 0; ; tries += 1) {
    let response;
    try {
      response = await fetch("/ask", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/html, application/problem+json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Error("The server cannot be reached. Your question is kept.");
    }
    if (response.ok) return parsed(await response.text()).querySelector(".turn");
    const problem = await response.json().catch(() => ({}));
    const detail = problem.detail || `The server answered with status ${response.status}.`;
    if (response.status !== 503 || tries >= TRIES) throw new Error(detail);
    wait(`${detail} Your question is asked again by itself.`);
    const seconds = Number(response.headers.get("Retry-After")) || 2;
    await new Promise((resume) => setTimeout(resume, seconds * 1000));
  }
}

async function ask(question) {
  if (busy || !question) return;
  busy = true;
  if (asked.at(-1) !== question) asked.push(question);
  recalled = null;
  further.hidden = true;
  talking();
  const { document: name, ...period } = filters();
  const body = { question, history: conversation(), ...period };
  if (name) body.documents = [name];
  let turn = drawn("pending", { ".question": question });
  log.setAttribute("aria-busy", "true");
  log.append(turn);
  turn.scrollIntoView({ block: "start" });
  try {
    const wait = (text) => { turn.querySelector(".searching").textContent = text; };
    const answer = await answered(body, wait);
    turn.replaceWith(answer);
    turn = answer;
    remember(turn, turn.dataset.resolved);
    setTimeout(() => suggest(turn), 200);
  } catch (error) {
    const failed = drawn("failed", { ".question": question, ".detail": error.message });
    failed.querySelector(".retry").addEventListener("click", () => {
      failed.remove();
      if (box.value.trim() === question) write("");
      ask(question);
    });
    turn.replaceWith(failed);
    turn = failed;
    if (!box.value) write(question);
  }
  log.removeAttribute("aria-busy");
  turn.scrollIntoView({ block: "start" });
  busy = false;
  toBox();
}

// Questions that go on from the last answer; they come later, and are missed by nobody if not.
async function suggest(turn) {
  const link = turn.querySelector(".permalink");
  if (busy || !link || log.lastElementChild !== turn) return;
  const response = await fetch("/suggestions" + link.search).catch(() => null);
  const found = response?.ok ? (await response.json()).suggestions : [];
  if (busy || log.lastElementChild !== turn) return;
  further.querySelector("ul").replaceChildren(
    ...found.map((question) => {
      const item = drawn("suggestion", { button: question });
      item.firstElementChild.dataset.question = question;
      return item;
    }),
  );
  further.hidden = !found.length;
}

function send() {
  const question = box.value.trim();
  if (busy || !question) return;
  write("");
  ask(question);
}

async function copy(button) {
  button.dataset.label ??= button.textContent;
  const done = await copied(citation(button));
  say(done ? "Copied, with its source." : "This browser does not let the page copy.");
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => { button.textContent = button.dataset.label; say(""); }, 2000);
}

// The last questions, as a shell brings them back: ↑ in an empty box, ↓ forward again.
function recall(step) {
  const at = (recalled ?? asked.length) + step;
  if (at < 0 || at > asked.length) return;
  recalled = at === asked.length ? null : at;
  write(asked[at] ?? "");
}

function isRecalling() {
  return box.value === "" || (recalled !== null && box.value === asked[recalled]);
}

function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

function dismiss() {
  if (document.activeElement === box && box.value) {
    if (asked.at(-1) !== box.value) asked.push(box.value); // ↑ brings it back
    recalled = null;
    write("");
  } else {
    panel.close();
  }
}

const keys = {
  Enter: (event) => { if (!event.shiftKey) { event.preventDefault(); send(); } },
  ArrowUp: (event) => { if (isRecalling()) { event.preventDefault(); recall(-1); } },
  ArrowDown: (event) => { if (recalled !== null && isRecalling()) { event.preventDefault(); recall(1); } },
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

box.addEventListener("keydown", (event) => {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  keys[event.key]?.(event);
});

box.addEventListener("input", grow);

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  if (event.key === "Escape") dismiss();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  box.focus();
});

// What a click does in place; without this script the links among these lead to pages.
const clicks = [
  ["[data-question]", (link) => ask(link.dataset.question)],
  [".widen", (link) => {
    for (const name of ["document", "since", "until"]) form.elements[name].value = "";
    ask(link.closest(".turn").dataset.resolved);
  }],
  [".source", (link) => {
    if (panel.open(link)) return true;
    session("opened", link.href);
    session("quotes", JSON.stringify(panel.quotesBeside(link).map(({ href }) => href)));
    return false;
  }],
  [".copy", copy],
  [".edit", (button) => { write(button.closest(".turn").dataset.resolved); box.focus(); }],
  [".new", () => { session("talk", newName()); return false; }],
  ["#clear", () => {
    forget();
    session("talk", "");
    session("said", "The history in this browser is cleared.");
    location.assign("/");
  }],
  ["#resume", () => { restore(latest()); }],
];

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  for (const [selector, act] of clicks) {
    const target = event.target.closest(selector);
    if (!target) continue;
    if (act(target) !== false) event.preventDefault();
    return;
  }
});

// Shows a conversation as it was kept; false if nothing of it was.
function restore(name) {
  const turns = name ? kept(name) : [];
  if (!turns.length) return false;
  log.setAttribute("aria-live", "off"); // it was announced when it was said
  log.replaceChildren(...turns.map((html) => parsed(html).querySelector(".turn")).filter(Boolean));
  for (const turn of log.querySelectorAll(`.turn:not([data-version="${main.dataset.version}"])`)) {
    turn.prepend(drawn("stale", {}));
  }
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  talk = name;
  session("talk", talk);
  talking();
  log.lastElementChild.scrollIntoView({ block: "start", behavior: "instant" });
  return true;
}

function begin() {
  document.documentElement.classList.add("scripted");
  const isAsked = new URLSearchParams(location.search).has("q");
  const name = history.state?.talk ?? (isAsked ? null : (session("talk") ?? latest()));
  if (!restore(name)) {
    const turn = log.querySelector(".turn[data-resolved]");
    if (turn) {
      remember(turn, turn.dataset.resolved);
      setTimeout(() => suggest(turn), 200);
    }
  }
  const last = latest();
  document.getElementById("clear").hidden = !last;
  document.getElementById("resume").hidden = !last || main.dataset.state === "talking";
  asked = questions();
  const message = session("said");
  session("said", "");
  if (message) setTimeout(() => say(message), 100);
  write(box.value);
  if (!box.autofocus) toBox();
}

begin();
