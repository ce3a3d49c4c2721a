// Keeps the parts of a page that are marked `data-live="SECONDS"` up to date. The page is asked for again, and where it
// has changed, the text in place is changed, node by node: focus, selection and scrolling stay where they are, and what
// is marked as a status is read out. A part that comes back without the mark will not change any more.
//
// Without this script the page stays as it was made, and says so: the words of `data-live-on`, `-cut` and `-over` take
// the place of that only here.

// A page left open must not go on for ever.
const LONGEST = 2 * 60 * 60 * 1000;
const PATIENCE = 30 * 1000;
// The server keeps the message for the next page until a person sees it: see `server/src/request.rs`.
const HEADERS = { accept: "text/html", "x-live": "1" };

const began = Date.now();
let asking = false;
let over = false;

const parts = () => [...document.querySelectorAll("[data-live]")];

/** Says how the updating goes: `on`, `cut` or `over`. */
function say(how) {
  for (const place of document.querySelectorAll("[data-live-on]")) {
    const words = place.getAttribute(`data-live-${how}`) ?? "";
    if (place.textContent !== words) place.textContent = words;
  }
}

/** Turns `old` into `fresh`, changing no more than differs. */
function renew(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  // Whether something is unfolded is the reader's affair.
  const names = new Set([...old.getAttributeNames(), ...fresh.getAttributeNames()]);
  names.delete("open");
  for (const name of names) {
    const value = fresh.getAttribute(name);
    if (value === null) old.removeAttribute(name);
    else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  // These words are set by `say`.
  if (old.hasAttribute("data-live-on")) return;
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  for (const [at, node] of after.entries()) {
    if (at < before.length) renew(before[at], node);
    else old.append(node);
  }
  for (const node of before.slice(after.length)) node.remove();
}

/** Asks for the page and puts its live parts in place. */
async function ask() {
  const signal = AbortSignal.timeout(PATIENCE);
  // Whoever is not signed in any more is sent elsewhere.
  const answer = await fetch(location.href, { headers: HEADERS, cache: "no-store", redirect: "error", signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = page.getElementById(part.id);
    if (!fresh) throw new Error(`${part.id} is missing`);
    renew(part, fresh);
  }
}

async function update() {
  // Nobody looks at a page in the background.
  if (asking || over || document.hidden) return;
  asking = true;
  try {
    await ask();
    say("on");
  } catch {
    say("cut");
  } finally {
    asking = false;
  }
}

function wait() {
  const seconds = parts().map((part) => Number(part.dataset.live));
  over = seconds.length === 0 || Date.now() - began > LONGEST;
  if (over) {
    say("over");
    return;
  }
  setTimeout(() => update().then(wait), Math.min(...seconds) * 1000);
}

document.addEventListener("visibilitychange", update);
say("on");
wait();
