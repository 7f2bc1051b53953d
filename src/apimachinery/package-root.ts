/**
 * The folder of package.json, where files that are read at run time are found. This module runs from
 * `src/apimachinery/` or, bundled, from `dist/`.
 */
export const isBundled: boolean = !import.meta.url.endsWith('.ts');
export const packageRoot: URL = new URL(isBundled ? '../' : '../../', import.meta.url);
