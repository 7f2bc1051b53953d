import { compareQuantity, formatQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import type { Usage } from '../pod-usage.ts';

/** One bound of a LimitRange item, checked against a usage: a message when it is broken. */
export type Constraint = (type: string, name: string, bound: Quantity, usage: Usage) => string | undefined;

const isBelow = (a: Quantity, b: Quantity) => compareQuantity(a, b) < 0;

export const atLeast: Constraint = (type, name, bound, { requests, limits }) => {
  const rule = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!request) return `${rule}.  No request is specified`;
  if (isBelow(request, bound)) return `${rule}, but request is ${formatQuantity(request)}`;
  if (limit && isBelow(limit, bound)) return `${rule}, but limit is ${formatQuantity(limit)}`;
  return undefined;
};

export const atMost: Constraint = (type, name, bound, { requests, limits }) => {
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (!limit) return `${rule}.  No limit is specified`;
  if (isBelow(bound, limit)) return `${rule}, but limit is ${formatQuantity(limit)}`;
  if (request && isBelow(bound, request)) return `${rule}, but request is ${formatQuantity(request)}`;
  return undefined;
};

/** Claims have no limits. */
export const requestAtMost: Constraint = (type, name, bound, { requests }) => {
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests.get(name);
  if (!request) return `${rule}.  No request is specified`;
  return isBelow(bound, request) ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
};

export const ratioAtMost: Constraint = (type, name, bound, { requests, limits }) => {
  const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  const request = requests.get(name)?.nano ?? 0n;
  const limit = limits.get(name)?.nano ?? 0n;
  if (request === 0n) return `${rule}, but no request is specified or request is 0`;
  if (limit === 0n) return `${rule}, but no limit is specified or limit is 0`;
  const billion = 1_000_000_000n;
  if (limit * billion <= bound.nano * request) return undefined;
  return `${rule}, but provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`;
};
