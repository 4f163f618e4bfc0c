import { toShare, type Axis } from './scales';

export interface Line {
  /** At its end; empty where there is one line only. */
  readonly name: string;
  /** Its colour. */
  readonly as: 'ours' | 'plain';
  /** With a dot at each point. */
  readonly dots: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A moment on the x axis that is named at the top. */
export interface Mark {
  readonly name: string;
  readonly x: number;
}

export interface Chart {
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  /** Below it, small. */
  readonly footnote: string;
}

const size = { width: 860, height: 440 } as const;
const plot = { left: 84, right: 700, top: 76, bottom: 350 } as const;
const charactersPerFootnote = 130;

/**
 * Draws lines over two axes as SVG, readable on light and on dark. On a page of its own, for a site may be dark in a browser that is set to
 * light, and the picture's colours go by the browser.
 */
export function drawChart(chart: Chart): string {
  const { title, description, x, y, lines, marks, footnote } = chart;
  const font = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(size.width)} ${String(size.height)}" role="img" aria-labelledby="title desc" font-family="${font}" font-size="14">`,
    `  <title id="title">${escape(title)}</title>`,
    `  <desc id="desc">${escape(description)}</desc>`,
    style,
    `  <rect class="page" width="${String(size.width)}" height="${String(size.height)}" rx="8"/>`,
    `  <text class="head" x="${String(plot.left)}" y="28">${escape(title)}</text>`,
    ...drawXAxis(x),
    ...drawYAxis(y),
    ...marks.flatMap((mark, index) => drawMark(mark, toX(x, mark.x), index)),
    ...lines.flatMap((line) => drawLine(line, { x, y })),
    ...splitWords(footnote, charactersPerFootnote).map(
      (text, index) =>
        `  <text class="note" x="${String(plot.left)}" y="${String(412 + index * 15)}">${escape(text)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

const style = `  <style>
    .page { fill: #ffffff; }
    .head { font-weight: 600; font-size: 16px; fill: #111827; }
    .text, .name { fill: #374151; }
    .note { fill: #4b5563; font-size: 11px; }
    .axis { stroke: #6b7280; stroke-width: 1.5; fill: none; }
    .grid { stroke: #d1d5db; stroke-width: 1; fill: none; }
    .mark { stroke: #b45309; stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
    .marked { fill: #b45309; }
    .ours { stroke: #2563eb; stroke-width: 2.5; fill: none; stroke-linejoin: round; }
    .plain { stroke: #6b7280; stroke-width: 2.5; fill: none; stroke-dasharray: 7 4; stroke-linejoin: round; }
    .dot-ours { fill: #2563eb; }
    .dot-plain { fill: #6b7280; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; }
      .head { fill: #f9fafb; }
      .text, .name { fill: #d1d5db; }
      .note { fill: #9ca3af; }
      .axis { stroke: #9ca3af; }
      .grid { stroke: #374151; }
      .mark { stroke: #fbbf24; }
      .marked { fill: #fbbf24; }
      .ours { stroke: #60a5fa; }
      .plain { stroke: #9ca3af; }
      .dot-ours { fill: #60a5fa; }
      .dot-plain { fill: #9ca3af; }
    }
  </style>`;

function drawXAxis(axis: Axis): readonly string[] {
  const ticks = axis.ticks.flatMap((tick) => {
    const x = toX(axis, tick);
    return [
      `  <path class="grid" d="M${x} ${String(plot.top)}V${String(plot.bottom)}"/>`,
      `  <text class="text" text-anchor="middle" x="${x}" y="${String(plot.bottom + 20)}">${toNumberText(tick)}</text>`,
    ];
  });
  const middle = String((plot.left + plot.right) / 2);
  return [
    ...ticks,
    `  <path class="axis" d="M${String(plot.left)} ${String(plot.bottom)}H${String(plot.right)}"/>`,
    `  <text class="text" text-anchor="middle" x="${middle}" y="${String(plot.bottom + 42)}">${escape(axis.label)}</text>`,
  ];
}

function drawYAxis(axis: Axis): readonly string[] {
  const ticks = axis.ticks.flatMap((tick) => {
    const y = toY(axis, tick);
    return [
      `  <path class="grid" d="M${String(plot.left)} ${y}H${String(plot.right)}"/>`,
      `  <text class="text" text-anchor="end" x="${String(plot.left - 8)}" y="${y}" dy="5">${toNumberText(tick)}</text>`,
    ];
  });
  const middle = String((plot.top + plot.bottom) / 2);
  return [
    ...ticks,
    `  <path class="axis" d="M${String(plot.left)} ${String(plot.top)}V${String(plot.bottom)}"/>`,
    `  <text class="text" text-anchor="middle" transform="translate(22 ${middle}) rotate(-90)">${escape(axis.label)}</text>`,
  ];
}

/** Names of neighbouring marks stand one above the other. */
function drawMark({ name }: Mark, x: string, index: number): readonly string[] {
  return [
    `  <path class="mark" d="M${x} ${String(plot.top - 4)}V${String(plot.bottom)}"/>`,
    `  <text class="marked" x="${x}" dx="4" y="${String(plot.top - 22 + (index % 2) * 16)}">${escape(name)}</text>`,
  ];
}

function drawLine({ name, as, dots, points }: Line, { x, y }: { readonly x: Axis; readonly y: Axis }) {
  const places = points.map((point) => ({ x: toX(x, point.x), y: toY(y, point.y) }));
  const last = places.at(-1);
  if (last === undefined) return [];
  const dy = as === 'ours' ? '-2' : '14';
  return [
    `  <path class="${as}" d="M${places.map((place) => `${place.x} ${place.y}`).join('L')}"/>`,
    ...(dots ? places.map((place) => `  <circle class="dot-${as}" cx="${place.x}" cy="${place.y}" r="4"/>`) : []),
    ...(name === ''
      ? []
      : [`  <text class="name" x="${last.x}" dx="10" y="${last.y}" dy="${dy}">${escape(name)}</text>`]),
  ];
}

function toX(axis: Axis, value: number): string {
  return (plot.left + toShare(axis, value) * (plot.right - plot.left)).toFixed(1);
}

function toY(axis: Axis, value: number): string {
  return (plot.bottom - toShare(axis, value) * (plot.bottom - plot.top)).toFixed(1);
}

function toNumberText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function splitWords(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
