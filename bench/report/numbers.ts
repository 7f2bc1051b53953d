import type { Row, Unit } from './rows.ts';

const grouped = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Three significant figures or all digits before the point. */
export const short = (value: number): string => grouped(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);

export const withUnit = (value: number | undefined, unit: Unit | 'ms' | 'µs'): string =>
  value === undefined
    ? ''
    : unit === '/s'
      ? `${grouped(value, value >= 10 ? 0 : 1)}/s`
      : `${short(value)} ${unit}`;

/** Rates as a share, times and sizes as a multiple. */
export const ratioText = (ratio: number, unit: Unit): string =>
  unit === '/s' ? `${grouped(ratio * 100, 0)}%` : `${grouped(ratio, 2)}x`;

export const titleOf = ({ part, label }: Row): string => (label === '' ? part : `${part}, ${label}`);
