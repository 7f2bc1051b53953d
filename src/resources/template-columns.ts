import { containerImages, containerNames, wideColumn } from './cells.ts';

/** The wide columns on the containers of a pod template. */
export const containerColumns = [
  wideColumn('Containers', 'Containers of the pod template.'),
  wideColumn('Images', 'Images of the pod template.'),
];

export const selectorColumn = wideColumn('Selector', 'Labels that select the pods.');

interface Template {
  readonly spec?: { readonly containers?: readonly { readonly name?: string; readonly image?: string }[] };
}

/** Cells of `containerColumns`. */
export function containerCells(template: Template | undefined): string[] {
  const containers = template?.spec?.containers;
  return [containerNames(containers), containerImages(containers)];
}
