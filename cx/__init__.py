"""cx: the domain. Knows nothing of Streamlit, Starlette or HTML."""
