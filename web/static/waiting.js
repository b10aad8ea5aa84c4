// While the index is being opened: looks whether it is, and then loads what was asked for.
"use strict";

setInterval(async () => {
  const response = await fetch("/readyz").catch(() => null);
  if (response?.ok) location.reload();
}, 2000);
