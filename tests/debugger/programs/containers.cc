// Values that LLDB's formatters show.
#include <unistd.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

struct Point {
  int x, y;
  int norm() const { return x * x + y * y; }
};

void stop_here() { (void)!write(1, "here\n", 5); }

int main() {
  std::vector<int> numbers{3, 1, 4, 1, 5};
  std::map<std::string, int> ages{{"ann", 31}, {"bob", 42}};
  std::string text = "weft";
  auto point = std::make_unique<Point>(Point{3, 4});
  stop_here();
  numbers.push_back(9);
  stop_here();
  return static_cast<int>(numbers.size()) - 6 + (point->norm() - 25);
}
