export { ageTable as table } from '../age-table.ts';
