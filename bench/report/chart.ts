import { ratioText, titleOf, withUnit } from './numbers.ts';
import type { Row } from './rows.ts';

const width = 860;
const lineHeight = 26;
const headHeight = 64;
const nameWidth = 300;
const barWidth = 360;
const colours = { ours: '#2f6fdd', baseline: '#b9c2cf', text: '#1f2733', muted: '#66707e', back: '#ffffff' };

/**
 * An SVG with a bar pair per row that has a baseline: how far ours gets with what the bare thing does as the full width.
 * For times and sizes the longer bar is the slower one.
 */
export function chart(rows: readonly Row[], ours: string, subtitle: string): string {
  const shown = rows.filter(({ baseline }) => baseline !== undefined);
  const height = headHeight + shown.length * lineHeight + 16;
  const lines = shown.map((row, index) => bars(row, ours, headHeight + index * lineHeight));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>${ours} beside bare Node and bare SQLite</title>
<rect width="${width}" height="${height}" fill="${colours.back}"/>
${text(16, 26, `${ours} beside the least that Node and SQLite can do`, `font-size="16" font-weight="600" fill="${colours.text}"`)}
${text(16, 46, subtitle, `fill="${colours.muted}"`)}
${lines.join('\n')}
</svg>
`;
}

function bars(row: Row, ours: string, top: number): string {
  const { unit, figures, baseline } = row;
  const own = figures[ours]!.value;
  const beside = figures[baseline!.subject]!.value;
  const scale = barWidth / Math.max(own, beside);
  return [
    text(nameWidth - 8, top + 14, titleOf(row), `text-anchor="end" fill="${colours.text}"`),
    `<rect x="${nameWidth}" y="${top + 2}" width="${(own * scale).toFixed(1)}" height="9" fill="${colours.ours}"/>`,
    `<rect x="${nameWidth}" y="${top + 12}" width="${(beside * scale).toFixed(1)}" height="6" fill="${colours.baseline}"/>`,
    text(
      nameWidth + barWidth + 10,
      top + 14,
      `${withUnit(own, unit)} (${ratioText(baseline!.ratio, unit)} of ${baseline!.subject})`,
      `fill="${colours.text}"`,
    ),
  ].join('\n');
}

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
