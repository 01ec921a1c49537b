/** A drawn picture of a product. */
export const drawPicture = (_shape: string, colour: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240" fill="#f6f4ef"/><circle cx="120" cy="120" r="70" fill="${colour}"/></svg>`
