// The booking widget, on a practitioner's own site:
//   <script src="https://…/widget.js" data-praticien="claire-morel" data-couleur="#14595A" async></script>
// Puts a frame after this tag (or into the element that data-cible names) and makes it as high as what it shows. Nothing is
// stored, no cookie is set, nothing but a height is ever listened to, and from that frame only.
(function () {
  "use strict";
  var script = document.currentScript;
  var data = script && script.dataset;
  if (!data || !data.praticien) {
    console.warn("widget.js: data-praticien is missing");
    return;
  }
  var home = new URL(script.src, location.href).origin;
  var address = new URL("/widget/" + encodeURIComponent(data.praticien) + "/", home);
  ["couleur", "service", "theme"].forEach(function (name) {
    if (data[name]) address.searchParams.set(name, data[name].replace(/^#/, ""));
  });

  var frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = data.titre || "Prendre rendez-vous";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.style.cssText = "display:block;width:100%;height:480px;border:0;color-scheme:normal";
  var target = data.cible && document.getElementById(data.cible);
  if (target) target.replaceChildren(frame);
  else script.after(frame);

  addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== home) return;
    var height = event.data && event.data.hauteur;
    if (typeof height === "number" && height > 0 && height < 20000) frame.style.height = Math.ceil(height) + "px";
  });
  // Each page of the frame is read from its top, even when the press that led there was far below.
  var pages = 0;
  frame.addEventListener("load", function () {
    pages += 1;
    if (pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: "start" });
  });
})();
