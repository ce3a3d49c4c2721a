// In which language a text on a page says that it is.

import type { Page } from '@playwright/test';

/** Texts with kana or kanji that neither their element nor one around it calls Japanese; what fields hold aside. */
export async function unmarkedJapanese(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const letters = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const [text, around] = [node.textContent ?? '', node.parentElement];
      if (!around || !letters.test(text) || around.closest('script, style, textarea')) continue;
      if (around.closest('[lang]')?.getAttribute('lang') !== 'ja') found.push(text.trim());
    }
    return found;
  });
}
