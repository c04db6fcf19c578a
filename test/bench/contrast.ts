// Contrast of all texts of a page with the ground that they really lie on, by WCAG's formula.

import type { Page } from 'playwright-core';

export interface Looked {
  readonly looked: number;
  /** Texts with less, and how much they have. */
  readonly dim: readonly string[];
}

/** Evaluated in the page. Ground of a text in HTML: the nearest filled box around it; in SVG, the last filled shape drawn before it, under it. */
const LOOK = `(least) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const opaque = (colour) => colour !== 'none' && rgba(colour)[3] === 255;
  const boxGround = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (opaque(backgroundColor)) return backgroundColor;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? '#000' : '#fff';
  };
  const shapeGround = (text) => {
    const svg = text.ownerSVGElement;
    const box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    let ground;
    for (const shape of svg.querySelectorAll('rect, path')) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      const { fill } = getComputedStyle(shape);
      const { left, right, top, bottom } = shape.getBoundingClientRect();
      if (opaque(fill) && left <= x && x <= right && top <= y && y <= bottom) ground = fill;
    }
    return ground ?? boxGround(svg);
  };
  let looked = 0;
  const dim = [];
  const look = (text, colour, ground) => {
    looked++;
    const found = contrast(colour, ground);
    if (found < least) dim.push(text.trim() + ' (' + found.toFixed(2) + ')');
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (node.data.trim() === '' || parent.ownerSVGElement || parent.closest('style')) continue;
    look(node.data, getComputedStyle(parent).color, boxGround(parent));
  }
  for (const text of document.querySelectorAll('svg text')) look(text.textContent, getComputedStyle(text).fill, shapeGround(text));
  return { looked, dim };
}`;

export function dimTexts(page: Page, least: number): Promise<Looked> {
  return page.evaluate(`(${LOOK})(${least})`) as Promise<Looked>;
}
