import type { Palette } from './palette';

/** A tooltip made of elements: the page's policy forbids style attributes in text. */
export function tip(title: string, rows: [name: string, value: string][]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'gx-tip';
  const add = (parent: HTMLElement, tag: string, text: string, className = '') => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = className;
    parent.append(element);
    return element;
  };
  add(box, 'div', title, 'gx-tip-title');
  for (const [name, value] of rows) {
    const row = add(box, 'div', '', 'gx-tip-row');
    add(row, 'span', name);
    add(row, 'b', value);
  }
  return box;
}

/** The look of all tooltips. */
export function tipLook(palette: Palette) {
  return {
    backgroundColor: palette.ground,
    borderColor: palette.line,
    textStyle: { color: palette.ink },
    confine: true,
    transitionDuration: 0.1,
  };
}
