"""What is served without Streamlit: questionnaires, sign-in, health."""
