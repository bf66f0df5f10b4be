"""Writes the generated pages of docs/."""

import golden

if __name__ == "__main__":
    golden.main(check=False)
