/** A row of COPY's text format of cells in which nothing must be escaped. */
export const copyRow = (cells: (string | number | null)[]) => `${cells.map((cell) => cell ?? String.raw`\N`).join('\t')}\n`
