// The live map: Leaflet on the embedded background (or on tiles, when the site has some), loaded when the visitor asks for it.
// Pins are buttons in the order of the list, then clusters; what one of them says stands below the map, not in a bubble.
import { spread } from "./spread.js";

const CLOSE = 10; // From this zoom on, the simplified coasts are only an indication.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let L = null;
let map = null;
let panel = null;
let layers = {};
let found = { pins: [], clusters: [] };
let asking = null;
let opened = null;
let still = 0; // Moves of ours, which do not offer to search elsewhere.

const part = (name) => panel.querySelector(`[data-map-${name}]`);
const slot = (name) => panel.querySelector(`[data-sheet="${name}"]`);

function load(panel) {
  if (window.L) return Promise.resolve(window.L);
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: panel.dataset.leafletStyle });
  const script = Object.assign(document.createElement("script"), { src: panel.dataset.leaflet });
  const loaded = (element) => new Promise((done, failed) => { element.onload = done; element.onerror = failed; });
  const both = Promise.all([loaded(style), loaded(script)]);
  document.head.append(style, script);
  return both.then(() => window.L);
}

// Show the map, or set it again after the list around it was swapped.
export async function show(around, focus) {
  panel = around;
  L = await load(panel);
  if (map && map.getContainer() !== part("canvas")) {
    map.remove();
    map = null;
  }
  if (!map) await create();
  map.invalidateSize();
  await renew();
  if (focus) part("canvas").focus({ preventScroll: true });
}

async function create() {
  const moves = !calm.matches;
  map = L.map(part("canvas"), {
    zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomAnimation: moves, fadeAnimation: moves,
    markerZoomAnimation: moves, inertia: moves, minZoom: 3, maxZoom: panel.dataset.tiles ? Number(panel.dataset.tilesZoom) : 14,
    zoomSnap: panel.dataset.tiles ? 1 : 0.1, worldCopyJump: false, maxBounds: [[-75, -179], [75, 179]], bounceAtZoomLimits: false,
  });
  for (const name of ["land", "towns"]) map.createPane(name).style.pointerEvents = "none";
  map.getPane("land").style.zIndex = 200;
  map.getPane("towns").style.zIndex = 450;
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  layers = { circle: L.layerGroup(), leaders: L.layerGroup(), towns: L.layerGroup(), marks: L.layerGroup() };
  for (const layer of Object.values(layers)) layer.addTo(map);
  await background();
  // The wheel belongs to the page until one is in the map.
  map.on("focus", () => map.scrollWheelZoom.enable()).on("blur", () => map.scrollWheelZoom.disable());
  map.on("zoomend", arrange);
  map.on("moveend", () => {
    const offered = still === 0;
    still = Math.max(0, still - 1);
    if (offered) offer();
    ask();
    names();
  });
  wire();
}

async function background() {
  if (panel.dataset.tiles) {
    L.control.attribution({ prefix: false, position: "bottomright" }).addTo(map);
    L.tileLayer(panel.dataset.tiles, { maxZoom: Number(panel.dataset.tilesZoom), attribution: panel.dataset.tilesAttribution }).addTo(map);
    return;
  }
  const shapes = await Promise.all(["neighbours", "departments"].map((name) => fetch(panel.dataset[name]).then((answer) => answer.json())));
  for (const { geometry } of shapes[0].features) geometry.geometries = geometry.geometries?.filter((one) => one.type !== "LineString");
  // Filled by the style sheet, which knows light and dark.
  [layers.around, layers.land] = ["map-around", "map-land"].map((className, rank) => L.geoJSON(shapes[rank], {
    pane: "land", interactive: false, style: { className, weight: rank, fillOpacity: 1, smoothFactor: 1 },
  }).addTo(map));
}

// The départements that were asked for.
function choose() {
  const codes = new Set(panel.dataset.chosen.split(","));
  layers.land?.eachLayer((shape) => shape.getElement()?.classList.toggle("map-chosen", codes.has(shape.feature.properties.code)));
}

// New addresses, hence new pins and a new view.
async function renew() {
  const [west, south, east, north] = panel.dataset.view.split(",").map(Number);
  close(false);
  if (document.activeElement === part("area")) part("canvas").focus({ preventScroll: true });
  part("area").hidden = true;
  still += 1;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  if (still) still = 0;
  choose();
  layers.circle.clearLayers();
  if (panel.dataset.center) {
    const place = panel.dataset.center.split(",").map(Number);
    L.circle(place, { radius: Number(panel.dataset.radius), className: "map-circle", interactive: false }).addTo(layers.circle);
  }
  names();
  await ask();
}

function view() {
  const seen = map.getBounds();
  const sides = [Math.max(seen.getWest(), -180), Math.max(seen.getSouth(), -85), Math.min(seen.getEast(), 180), Math.min(seen.getNorth(), 85)];
  return `vue=${sides.map((side) => side.toFixed(4)).join(",")}&zoom=${Math.round(map.getZoom() * 10) / 10}`;
}

async function get(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking?.signal });
  return answer.ok ? answer.json() : null;
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { points } = panel.dataset;
  try {
    const answer = await get(`${points}${points.includes("?") ? "&" : "?"}${view()}`);
    if (answer) {
      found = answer;
      draw();
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

async function names() {
  const zoom = map.getZoom();
  map.getContainer().classList.toggle("is-close", zoom >= CLOSE && !panel.dataset.tiles);
  if (panel.dataset.tiles) return;
  part("coarse").hidden = zoom < CLOSE;
  const at = view();
  const answer = await fetch(`${panel.dataset.towns}?${at}`).then((got) => (got.ok ? got.json() : null));
  if (!answer || at !== view()) return;
  layers.towns.clearLayers();
  for (const [name, lat, lng, size, before] of answer.towns) {
    const label = document.createElement("span");
    label.className = `map-live-town is-${size}${before ? " is-before" : ""}`;
    label.textContent = name;
    label.setAttribute("aria-hidden", "true");
    L.marker([lat, lng], { pane: "towns", interactive: false, keyboard: false, icon: icon(label) }).addTo(layers.towns);
  }
  arrange();
}

const icon = (html) => L.divIcon({ html, className: "map-live-mark", iconSize: [0, 0] });

function draw() {
  const focused = document.activeElement?.dataset?.mark;
  layers.marks.clearLayers();
  found.pins.forEach((pin) => mark(pin, pinButton(pin)));
  found.clusters.forEach((cluster) => mark(cluster, clusterButton(cluster)));
  arrange();
  // The buttons were made anew: whoever was on one stays on it.
  if (focused) panel.querySelector(`[data-mark="${focused}"]`)?.focus({ preventScroll: true });
}

function mark(one, button) {
  one.button = button;
  one.marker = L.marker([one.lat, one.lng], { icon: icon(button), keyboard: false, interactive: false, zIndexOffset: one.number ? 1000 : 0 });
  one.marker.addTo(layers.marks);
  L.DomEvent.disableClickPropagation(button);
  button.addEventListener("focus", () => {
    still += 1;
    const before = map.getCenter();
    map.panInside([one.lat, one.lng], { padding: [48, 48], animate: false });
    if (map.getCenter().equals(before)) still -= 1;
  });
}

function pinButton(pin) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `map-live-pin${pin.home ? " is-home" : ""}`;
  button.textContent = pin.number;
  button.dataset.pin = button.dataset.mark = pin.number;
  button.setAttribute("aria-label", pin.title);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => tell(button, {
    name: `${pin.number}. ${pin.name}`, practices: pin.practices, line: [pin.place, pin.price].filter(Boolean).join(" · "),
    next: pin.next, url: pin.url, row: `#resultat-${pin.number}`,
  }));
  return button;
}

function clusterButton(cluster) {
  const button = document.createElement("button");
  const size = cluster.count < 2 ? 1 : cluster.count < 20 ? 2 : cluster.count < 200 ? 3 : 4;
  button.type = "button";
  button.className = `map-live-cluster is-${size}`;
  button.textContent = cluster.name ? "•" : `+${cluster.count.toLocaleString("fr-FR")}`;
  button.dataset.mark = `${cluster.lat},${cluster.lng}`;
  button.setAttribute("aria-label", cluster.title);
  button.addEventListener("click", () => {
    if (cluster.name) tell(button, { name: cluster.name, practices: cluster.practices, url: cluster.url });
    else if (map.getZoom() >= map.getMaxZoom()) tell(button, { name: cluster.title, area: `${panel.dataset.area}bbox=${cluster.bbox}` });
    else map.flyTo([cluster.lat, cluster.lng], Math.min(map.getZoom() + 2, map.getMaxZoom()), { animate: !calm.matches, duration: 0.4 });
  });
  return button;
}

// None over another: each takes the free room nearest to its place, a line leads back to it.
function arrange() {
  layers.leaders.clearLayers();
  const marks = [...found.pins, ...found.clusters].filter((one) => one.button);
  const places = marks.map((one) => {
    const { x, y } = map.latLngToContainerPoint([one.lat, one.lng]);
    return { x, y, radius: one.number ? 17 : Math.max(one.button.offsetWidth / 2, 16) + 1 };
  });
  const moved = spread(places);
  for (const label of panel.querySelectorAll(".map-live-town")) hide(label, places, moved);
  moved.forEach(({ dx, dy }, rank) => {
    const one = marks[rank];
    one.button.style.translate = dx || dy ? `${Math.round(dx)}px ${Math.round(dy)}px` : "";
    if (Math.hypot(dx, dy) < 5) return;
    const at = map.latLngToContainerPoint([one.lat, one.lng]);
    const line = [[one.lat, one.lng], map.containerPointToLatLng([at.x + dx, at.y + dy])];
    L.polyline(line, { className: "map-leader", interactive: false, weight: 1 }).addTo(layers.leaders);
    L.circleMarker(line[0], { radius: 2, className: "map-spot", interactive: false, stroke: false, fillOpacity: 1 }).addTo(layers.leaders);
  });
}

// A name under a mark cannot be read.
function hide(label, places, moved) {
  const frame = map.getContainer().getBoundingClientRect();
  const { left, right, top, bottom } = label.getBoundingClientRect();
  const controls = [...panel.querySelectorAll(".map-tools, .leaflet-control")].map((control) => control.getBoundingClientRect());
  const under = controls.some((box) => left < box.right && box.left < right && top < box.bottom && box.top < bottom);
  label.classList.toggle("is-covered", under || places.some(({ x, y, radius }, rank) => {
    const [cx, cy] = [x + moved[rank].dx + frame.left, y + moved[rank].dy + frame.top];
    return cx + radius > left && cx - radius < right && cy + radius > top && cy - radius < bottom;
  }));
}

// What a pin says, below the map

function tell(button, words) {
  close(false);
  opened = button;
  button.setAttribute("aria-expanded", "true");
  for (const name of ["name", "practices", "line", "next"]) slot(name).textContent = words[name] ?? "";
  for (const name of ["url", "row", "area"]) {
    slot(name).hidden = !words[name];
    if (words[name]) slot(name).href = words[name];
  }
  part("sheet").hidden = false;
  part("sheet").focus({ preventScroll: true });
  part("sheet").scrollIntoView({ block: "nearest" });
}

function close(back) {
  if (part("sheet").hidden) return false;
  part("sheet").hidden = true;
  opened?.setAttribute("aria-expanded", "false");
  if (back) (opened?.isConnected ? opened : part("canvas")).focus();
  opened = null;
  return true;
}

// Searching where one has moved to

function areaOf([west, south, east, north]) {
  const low = [west, south].map((side) => Math.floor(side * 1e4) / 1e4);
  const high = [east, north].map((side) => Math.ceil(side * 1e4) / 1e4);
  return `${panel.dataset.area}bbox=${[...low, ...high].join(",")}`;
}

function offer() {
  const seen = map.getBounds();
  part("area").href = areaOf([seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()]);
  part("area").hidden = false;
}

// The list is swapped where it stands; on the map's own page, the link is followed.
function searchHere(event) {
  const link = part("area");
  if (!document.getElementById("corps") || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const [name, value] of Object.entries({ get: link.href, target: "#corps", select: "#corps", swap: "outerHTML show:none", "push-url": "true", trigger: "area" })) {
    link.setAttribute(`hx-${name}`, value);
  }
  window.htmx.process(link);
  window.htmx.trigger(link, "area");
}

function wire() {
  const box = part("live");
  box.addEventListener("click", (event) => {
    const zoom = event.target.closest("[data-map-zoom]")?.dataset.mapZoom;
    if (zoom === "1") map.zoomIn();
    if (zoom === "-1") map.zoomOut();
    if (zoom === "0") renew();
    if (event.target.closest("[data-sheet-close]")) close(true);
    if (event.target.closest("[data-map-area]")) searchHere(event);
    if (event.target.closest("[data-sheet='row']")) close(false);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (!close(true)) panel.querySelector("#carte-titre").focus();
  });
}
