import type { Theme } from "@/lib/layout/palette";

export const THEME_COOKIE = "shardboard-theme";

/** Runs before the first paint of somebody who has not chosen: as the system likes it. */
export const firstThemeScript = `(function(){try{var t=localStorage.getItem("${THEME_COOKIE}")||(matchMedia("(prefers-color-scheme: light)").matches?"light":"dark");document.documentElement.dataset.theme=t}catch(e){}})()`;

export function readTheme(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

/** Shown at once, kept for the next visit, and told to the server so that its first paint is right. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(THEME_COOKIE, theme);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
