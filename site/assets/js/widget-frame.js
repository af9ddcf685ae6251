// Inside the widget's frame: tells the page around how high its content is, and nothing else.
import "./month.js";
import { sayOwnTimes } from "./own-zone.js";

let told = 0;

const tell = () => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (parent === window || height === told) return;
  told = height;
  // Whoever frames the page may know its height: a number, the same for every visitor.
  parent.postMessage({ hauteur: height }, "*");
};

sayOwnTimes(document);
new ResizeObserver(tell).observe(document.body);
addEventListener("load", tell);
tell();
