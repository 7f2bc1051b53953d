/**
 * How many a number or a percentage (`"25%"`) of `total` stands for. What is neither counts as 0.
 */
export function scaledValue(
  value: string | number | undefined,
  total: number,
  round: 'up' | 'down' = 'down',
): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value ?? '')?.[1];
  if (percent === undefined) return 0;
  const share = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
