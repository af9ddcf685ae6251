// Marks in a label the beginnings that were typed: built with the DOM, never from markup.
const LETTERS = { œ: "oe", æ: "ae", ø: "o", ł: "l", đ: "d" };
const SPELT_OUT = { st: "saint", ste: "sainte", sts: "saints", stes: "saintes" };

export function fold(text) {
  return text.toLowerCase().replace(/[œæøłđ]/g, (letter) => LETTERS[letter]).normalize("NFD").replace(/\p{M}/gu, "");
}

export function wordsOf(text) {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean).map((word) => SPELT_OUT[word] ?? word);
}

// A fragment with the text in which the start of each word that was typed stands in <mark>.
export function highlighted(text, typed) {
  const fragment = document.createDocumentFragment();
  let last = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const length = Math.max(0, ...typed.map((word) => begun(match[0], word)));
    if (!length) continue;
    const mark = document.createElement("mark");
    mark.textContent = match[0].slice(0, length);
    fragment.append(text.slice(last, match.index), mark);
    last = match.index + length;
  }
  fragment.append(text.slice(last));
  return fragment;
}

// How many characters of `shown` make up `word`, 0 when it does not begin so: œ counts as two letters, é as one.
function begun(shown, word) {
  if (!fold(shown).startsWith(word)) return 0;
  let length = 0;
  for (const character of shown) {
    if (fold(shown.slice(0, length)).length >= word.length && !/\p{M}/u.test(character)) break;
    length += character.length;
  }
  return length;
}
