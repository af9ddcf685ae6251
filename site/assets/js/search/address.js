// What the form sends, as the server writes its own links (search/addresses.py): in the same order, without what is empty or usual.
const USUAL = { rayon: "20", tri: "classement", page: "1" };
const OWN = [["disponible", "date", "jour"], ["prix_max", "autre", "prix"]];

export function tidy(form, data) {
  const values = [...data.entries()].map(([name, value]) => [name, String(value).trim()]);
  const own = new Map(values.filter(([name]) => OWN.some((one) => one[2] === name)));
  // A distance said in the words is overruled by the usual one only when that is said.
  const saidDistance = /\d\s*k/i.test(values.find(([name]) => name === "q")?.[1] ?? "");
  const kept = values
    .filter(([name]) => !own.has(name))
    .map(([name, value]) => {
      const one = OWN.find(([choice, word]) => choice === name && word === value);
      return one ? [name, own.get(one[2]) ?? ""] : [name, value];
    })
    .filter(([name, value]) => value && !(USUAL[name] === value && !(name === "rayon" && saidDistance)));
  const placed = kept.some(([name]) => name === "lieu");
  const order = form.dataset.order.split(" ");
  const rank = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  return kept.filter(([name]) => !(placed && name === "autour")).sort((a, b) => rank(a[0]) - rank(b[0]));
}

export function asFormData(pairs) {
  const data = new FormData();
  for (const [name, value] of pairs) data.append(name, value);
  return data;
}
