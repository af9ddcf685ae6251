// Underlines, while one writes, what the claims check sees. Without this script the same is said on save.
// Where: the CMS's editor (an element with data-claims-editor) and fields with data-claims of the office.

const editor = document.querySelector("[data-claims-editor]");
const fields = document.querySelectorAll("[data-claims]");
const address = editor?.dataset.claimsEditor ?? fields[0]?.dataset.claims;
const PAUSE = 600;
const LONGEST = 60000;
const MOST = 60;

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

// Texts of the page: plain fields, and each block of the rich editors.
function sources() {
  if (!editor) return [...fields].map((node) => ({ node, text: node.value }));
  const form = editor.closest("form");
  const plain = [...form.querySelectorAll("textarea:not([data-draftail-input]), input[type=text]")].filter(
    (node) => node.name && node.offsetParent && !/^(claims_|slug$|go_live|expire)/.test(node.name) && !node.closest("[data-comment]") && !node.closest(".Draftail-Editor"),
  );
  const blocks = [...form.querySelectorAll(".Draftail-Editor [data-block='true']")];
  return [
    ...plain.map((node) => ({ node, text: node.value })),
    ...blocks.map((node) => ({ node, text: node.textContent, rich: true })),
  ];
}

// The place of a character of a rich block, as a node and an offset in it.
function spot(block, offset) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let left = offset;
  let last = null;
  while (walker.nextNode()) {
    last = walker.currentNode;
    if (left <= last.length) return [last, left];
    left -= last.length;
  }
  return last ? [last, last.length] : null;
}

function underlineRich(found) {
  if (!("highlights" in CSS)) return;
  for (const severity of ["refuse", "flag"]) {
    const ranges = [];
    for (const { source, match } of found) {
      if (!source.rich || match.severity !== severity || !source.node.isConnected) continue;
      const start = spot(source.node, match.start);
      const end = spot(source.node, match.end);
      if (!start || !end) continue;
      const range = document.createRange();
      range.setStart(...start);
      range.setEnd(...end);
      ranges.push(range);
    }
    CSS.highlights.set(`claims-${severity}`, new Highlight(...ranges));
  }
}

// A field shows no marks of its own: the same words, transparent, stand over it with theirs.
const COPIED = ["font", "letterSpacing", "textAlign", "textIndent", "textTransform", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth", "boxSizing"];

function mirror(node, matches) {
  let copy = node.parentNode.querySelector(":scope > .claims-mirror");
  if (!matches.length) {
    copy?.remove();
    return;
  }
  if (!copy) {
    copy = document.createElement("div");
    copy.className = "claims-mirror";
    copy.setAttribute("aria-hidden", "true");
    node.parentNode.classList.add("claims-mirrored");
    node.after(copy);
    node.addEventListener("scroll", () => { copy.scrollTop = node.scrollTop; });
  }
  const style = getComputedStyle(node);
  for (const name of COPIED) copy.style[name] = style[name];
  copy.style.insetBlockStart = `${node.offsetTop}px`;
  copy.style.insetInlineStart = `${node.offsetLeft}px`;
  copy.style.inlineSize = `${node.offsetWidth}px`;
  copy.style.blockSize = `${node.offsetHeight}px`;
  copy.style.whiteSpace = node.tagName === "TEXTAREA" ? "pre-wrap" : "pre";
  copy.replaceChildren();
  let reached = 0;
  for (const match of matches) {
    if (match.start < reached) continue;
    copy.append(node.value.slice(reached, match.start));
    const mark = document.createElement("span");
    mark.className = match.severity;
    mark.textContent = node.value.slice(match.start, match.end);
    copy.append(mark);
    reached = match.end;
  }
  copy.append(node.value.slice(reached));
  copy.scrollTop = node.scrollTop;
}

function select({ source, match }) {
  if (!source.rich) {
    source.node.focus();
    source.node.setSelectionRange?.(match.start, match.end);
    return;
  }
  source.node.scrollIntoView({ block: "center" });
}

function remarks(list, found) {
  list.replaceChildren(
    ...found.map((each) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `« ${each.match.words} »`;
      button.addEventListener("click", () => select(each));
      item.append(button, document.createElement("br"), `${each.match.reason} → ${each.match.suggestion}`);
      return item;
    }),
  );
  list.hidden = !found.length;
}

function listFor(holder) {
  let list = holder.querySelector(":scope > .claims-remarks");
  if (!list) {
    list = document.createElement("ul");
    list.className = "claims-remarks";
    holder.append(list);
  }
  return list;
}

let timer;
let running;
let asked = "";
let typed = false;

async function look() {
  const all = sources().filter((source) => source.text.trim()).slice(0, MOST);
  const texts = all.map((source) => source.text);
  const body = JSON.stringify({ texts, reply: !editor && fields[0].dataset.claimsReply === "1" });
  if (body.length > LONGEST) return;
  if (body === asked) return;
  running?.abort();
  running = new AbortController();
  let answer;
  try {
    const response = await fetch(address, {
      method: "POST", body, signal: running.signal, headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    // Away, or overtaken by the next one: the check on save says the same.
    return;
  }
  asked = body;
  const found = answer.found.flatMap((matches, n) => matches.map((match) => ({ source: all[n], match })));
  // What was typed meanwhile is asked again; marks never stand on other words.
  const still = found.filter(({ source }) => (source.rich ? source.node.textContent : source.node.value) === source.text);
  underlineRich(still);
  for (const source of sources()) {
    if (source.rich) continue;
    mirror(source.node, still.filter((each) => each.source.node === source.node).map((each) => each.match));
    if (!editor) remarks(listFor(source.node.parentNode), still.filter((each) => each.source.node === source.node));
  }
  if (!editor || !typed) return;
  // What was said when the page came is of words that have changed since.
  const said = editor.querySelector("[data-claims-said]");
  if (said) said.hidden = true;
  remarks(listFor(editor.querySelector(".claims-live")), still);
}

function soon(event) {
  if (event?.type === "input") typed = true;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

if (address) {
  document.addEventListener("input", soon);
  // Draftail writes through the keyboard's events too.
  document.addEventListener("keyup", soon);
  addEventListener("resize", () => { asked = ""; soon(); });
  soon();
}
