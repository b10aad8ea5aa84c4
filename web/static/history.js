// The conversation as it is kept in this browser: never sent, but as the history of a question.
// Each turn has a key of its own, so that tabs, which share the store, never overwrite each other's.
const PREFIX = "verbatim.turn.";
const MOST = 50;

const store = usable("localStorage") ?? usable("sessionStorage") ?? inMemory();

function usable(name) {
  try {
    const found = window[name];
    found.setItem("verbatim.probe", "");
    found.removeItem("verbatim.probe");
    return found;
  } catch {
    return null; // forbidden or full
  }
}

function inMemory() {
  const items = new Map();
  return {
    get length() { return items.size; },
    key: (n) => [...items.keys()][n] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}

function keys() {
  const found = Array.from({ length: store.length }, (_, n) => store.key(n));
  return found.filter((key) => key?.startsWith(PREFIX)).sort();
}

function read(key) {
  try {
    const turn = JSON.parse(store.getItem(key));
    const isOurs = [turn.talk, turn.question, turn.html].every((value) => typeof value === "string");
    return isOurs ? turn : null;
  } catch {
    return null; // another tab removed it, or it is not ours
  }
}

// A name for a conversation, or for a turn in it: later ones sort after earlier ones.
export function newName() {
  return `${Date.now()}.${Math.random().toString(36).slice(2, 8)}`;
}

export function keep(talk, question, html) {
  const value = JSON.stringify({ talk, question, html });
  for (const old of keys().slice(0, 1 - MOST)) store.removeItem(old);
  for (;;) {
    try {
      store.setItem(PREFIX + newName(), value);
      return;
    } catch {
      const [oldest] = keys();
      if (!oldest) return; // there is no room at all
      store.removeItem(oldest);
    }
  }
}

function turns() {
  return keys().map(read).filter(Boolean);
}

// The turns of a conversation as they were drawn, oldest first.
export function kept(talk) {
  return turns().filter((turn) => turn.talk === talk).map(({ html }) => html);
}

// Every question that is kept, oldest first.
export function questions() {
  return turns().map(({ question }) => question);
}

// The conversation that was continued last, or null.
export function latest() {
  return turns().at(-1)?.talk ?? null;
}

export function forget() {
  keys().forEach((key) => store.removeItem(key));
}
