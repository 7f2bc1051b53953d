import { respondText } from '../respond.ts';
import type { Document } from './document.ts';

const prefix = '/debug/api_priority_and_fairness/';

/** Who holds and who waits for a seat, as text. */
export const flowControlDocument: Document = ({ flowControl }, request) => {
  const { path, query } = request.info;
  if (!path.startsWith(prefix)) return undefined;
  const details = (query.get('includeRequestDetails') ?? '') !== '';
  const text = flowControl.dump(path.slice(prefix.length), details);
  if (text === undefined) return undefined;
  respondText(request, 200, text);
  return Promise.resolve();
};
