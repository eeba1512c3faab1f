"""cx: the domain. Knows nothing of Streamlit, Starlette or HTML."""

import os

# Our matrices are small and many. With a thread a core numpy waits for itself: the same eigenvalues and products took
# twenty times the CPU time, and on a busy machine thirty times as long. It reads this once, when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
