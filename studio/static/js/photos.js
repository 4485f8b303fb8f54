// Photos of a filing: made small before they travel, upright whichever way the phone was held, also from the album.
(function () {
  "use strict";
  const LONGEST_SIDE = 1600;    // px after shrinking
  const SMALL_ENOUGH = 400000;  // bytes that may travel as they are, if the photo is not too long either
  const QUALITY = 0.82;
  const PATIENCE = 20000;       // ms after which the photo as it is beats waiting

  // Resolves to a small JPEG, or to the very file where that cannot be made or would not be smaller.
  function shrink(file) {
    if (!/^image\/(jpeg|png|webp|heic|heif|bmp)$/.test(file.type) || !HTMLCanvasElement.prototype.toBlob) return Promise.resolve(file);
    const late = new Promise(function (done) { setTimeout(done, PATIENCE, file); });
    return Promise.race([redraw(file), late]).catch(function () { return file; });
  }

  // An <img> knows how the phone was held and is drawn upright; so do not even old WebViews with createImageBitmap.
  function redraw(file) {
    const picture = new Image(), address = URL.createObjectURL(file);
    picture.src = address;
    return picture.decode().then(function () {
      const wide = picture.naturalWidth, high = picture.naturalHeight, scale = Math.min(1, LONGEST_SIDE / Math.max(wide, high));
      if (scale === 1 && file.size <= SMALL_ENOUGH) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(wide * scale));
      canvas.height = Math.max(1, Math.round(high * scale));
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";  // what shows through would be black in a JPEG
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", QUALITY); });
    }).then(function (made) {
      if (made === file || !made || made.size >= file.size) return file;
      return new File([made], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
    }).finally(function () { URL.revokeObjectURL(address); });
  }

  self.Photos = { shrink: shrink };

  // The camera opens at once; whoever took the photo before chooses it with the button beneath.
  const shots = document.getElementById("shots");
  if (!shots) return;
  function offerAlbum() {
    shots.querySelectorAll("[data-album]").forEach(function (button) { button.hidden = false; });
  }
  shots.addEventListener("click", function (event) {
    const button = event.target.closest("[data-album]"), input = button && document.getElementById(button.dataset.album);
    if (!input) return;
    const camera = input.getAttribute("capture");
    input.removeAttribute("capture");
    input.click();
    setTimeout(function () { if (camera) input.setAttribute("capture", camera); }, 0);
  });
  new MutationObserver(offerAlbum).observe(shots, { childList: true, subtree: true });
  offerAlbum();
})();
