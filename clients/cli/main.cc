#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/output/console.h"

int main(int argc, char** argv) {
  cible::Console console = cible::Console::OfProcess();
  return cible::RunCible(std::vector<std::string>(argv + 1, argv + argc), console);
}
