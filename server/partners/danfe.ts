/** The DANFE of an authorised nota as PDF; null while there is no printer of it. */
export const danfeOf = async (_xml: Buffer): Promise<Buffer | null> => null
