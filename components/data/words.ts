import { en, type Words } from "@/lib/words/en";

/** The words of the language that is spoken. English until there is another. */
export const useWords = (): Words => en;
