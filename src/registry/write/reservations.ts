import { OutcomeUnknownError } from '../../storage/errors.ts';

/** What admission has taken for a write, as functions that give it back. Empty again once they were called. */
export type Reservations = (() => Promise<void>)[];

/** The write did not happen. */
export async function giveBack(reservations: Reservations): Promise<void> {
  for (const undo of reservations.splice(0).reverse()) await undo();
}

/** The write failed with `error`, which may leave open whether it happened: then nothing is given back. */
export async function giveBackAfter(reservations: Reservations, error: unknown): Promise<void> {
  if (!(error instanceof OutcomeUnknownError)) await giveBack(reservations);
}
