// The page of the widget in the office: the preview is as high as its content.
const preview = () => document.querySelector("iframe[data-widget-preview]");

addEventListener("message", (event) => {
  const frame = preview();
  if (!frame || event.source !== frame.contentWindow || event.origin !== location.origin) return;
  const height = event.data?.hauteur;
  if (typeof height === "number" && height > 0 && height < 20000) frame.height = Math.ceil(height);
});
