// Gives each mark the free room nearest to its place, in order; the server's drawing does the same (search/paper_map.py).
export function spread(places) {
  const taken = [];
  return places.map(({ x, y, radius }) => {
    let [dx, dy] = [0, 0];
    for (let step = 1; step < 400; step += 1) {
      if (taken.every((other) => Math.hypot(x + dx - other.x, y + dy - other.y) >= radius + other.radius - 1)) break;
      const distance = 6 * Math.sqrt(step);
      const angle = step * 2.399963;
      [dx, dy] = [distance * Math.cos(angle), distance * Math.sin(angle)];
    }
    taken.push({ x: x + dx, y: y + dy, radius });
    return { dx, dy };
  });
}
