import { liveQuery } from "dexie";
import { onScopeDispose, ref, type Ref } from "vue";

/** A reading of the store that follows every change, in this tab or another, for as long as its component lives. */
export function live<T>(question: () => Promise<T>, before: T): Ref<T> {
  const answer = ref(before) as Ref<T>;
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
