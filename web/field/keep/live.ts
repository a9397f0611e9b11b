import { liveQuery } from "dexie";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

/** A reading of the store, plain rows as IndexedDB gave them, that follows every change, in this tab or another, for as long as its component lives. */
export function live<T>(question: () => Promise<T>, before: T): ShallowRef<T> {
  const answer = shallowRef(before);
  const subscription = liveQuery(question).subscribe({
    next: (value) => {
      answer.value = value;
    },
    error: (error: unknown) => {
      reportError(error);
    },
  });
  onScopeDispose(() => {
    subscription.unsubscribe();
  });
  return answer;
}
