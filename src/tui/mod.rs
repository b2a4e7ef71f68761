//! The home, shown: model, update, view.
