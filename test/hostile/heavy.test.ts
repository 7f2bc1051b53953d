import { sendBadInput } from './bad-input.ts';
import { heavyCases } from './cases/heavy.ts';

sendBadInput({ heavy: heavyCases });
